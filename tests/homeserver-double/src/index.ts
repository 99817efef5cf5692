export { type HomeserverDouble, type KeptEvent, type Misbehaviour, type SeenRequest, startHomeserver } from './homeserverDouble.js';
export { homeserverForEachTest, hurriedRuntime, withAccessToken } from './homeserverForEachTest.js';
