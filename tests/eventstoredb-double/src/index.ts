export { type ClusterDouble, startClusterDouble } from './Cluster.js';
export { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from './EventStoreDbDouble.js';
export { type Fault, FaultControl, type FaultRule, type Operation } from './faults/Faults.js';
export type { TlsFiles } from './grpc/GrpcServer.js';
export { DoubleLog } from './log/DoubleLog.js';
export type { LogRecord } from './log/LogRecord.js';
export { LaggingView, type LogView } from './log/LogView.js';
export { Relay } from './net/Relay.js';
export type { Action, Address, NodeState, Permission, Traffic } from './Node.js';
