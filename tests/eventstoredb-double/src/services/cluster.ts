import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import type { GrpcCall } from '../grpc/GrpcCall.js';
import type { Answer } from '../grpc/GrpcServer.js';
import { authenticationError, type Member, type NodeContext, type NodeState } from '../Node.js';
import { serverNotReady } from '../protocol/errors.js';

const { VNodeState } = gossip.MemberInfo;

const stateOf = (state: NodeState): (typeof VNodeState)[keyof typeof VNodeState] => {
  switch (state) {
    case 'leader':
      return VNodeState.LEADER;
    case 'follower':
      return VNodeState.FOLLOWER;
    case 'unknown':
      return VNodeState.UNKNOWN;
  }
};

const memberInfo = (member: Member): InstanceType<typeof gossip.MemberInfo> => {
  const endpoint = new gossip.EndPoint();
  endpoint.setAddress(member.address.host);
  endpoint.setPort(member.address.port);
  const id = new shared.UUID();
  id.setString(member.id);
  const info = new gossip.MemberInfo();
  info.setInstanceId(id);
  info.setState(stateOf(member.state));
  info.setIsAlive(member.isAlive);
  info.setHttpEndPoint(endpoint);
  return info;
};

/** Gossip: which nodes there are, and which of them is the leader. */
export const readGossip = (node: NodeContext) => (_call: GrpcCall<Empty, ClusterInfo>, callback: Answer<ClusterInfo>): void => {
  const fault = node.faults.next('gossip', '');
  if (fault?.kind === 'lose-request') return;
  if (fault !== undefined) {
    callback(serverNotReady());
    return;
  }
  const info = new gossip.ClusterInfo();
  info.setMembersList(node.members().map(memberInfo));
  callback(null, info);
};

const methods = ['read', 'append', 'delete', 'tombstone', 'batchappend'];

/** ServerFeatures: the version, and the methods there are. */
export const readFeatures =
  (node: NodeContext) => (call: GrpcCall<Empty, SupportedMethods>, callback: Answer<SupportedMethods>): void => {
    const unknown = authenticationError(node, call.metadata);
    if (unknown !== undefined) {
      callback(unknown);
      return;
    }
    const fault = node.faults.next('features', '');
    if (fault?.kind === 'lose-request') return;
    if (fault !== undefined && fault.kind !== 'hold') {
      callback(serverNotReady());
      return;
    }
    const supported = new features.SupportedMethods();
    supported.setEventStoreServerVersion(node.version);
    for (const name of methods) {
      const method = new features.SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      supported.addMethods(method);
    }
    const answer = (): void => {
      callback(null, supported);
    };
    if (fault === undefined) answer();
    else node.faults.hold(answer);
  };
