export { type HomeserverDouble, type KeptEvent, type Misbehaviour, type SeenRequest, startHomeserver } from './homeserverDouble.js';
