export * from './Runtime.js';
export * from './systemRuntime.js';
export { simulatedRuntime, type SimulatedRuntime, type SimulationOptions } from './simulatedRuntime.js';
export { seededRandom } from './seededRandom.js';
export * from './digest.js';
export * from './asyncScope.js';
export * from './strayErrors.js';
export { makeTurns, defaultTurnLimits, type Turns, type TurnLimits } from './Turns.js';
export { stallWatchdog, type StallWatchdog, type StallWatchdogOptions } from './stallWatchdog.js';
