import { Buffer } from 'node:buffer';

/**
 * What entries of the log may repeat without its being in the block: what stands in most events of account data, as they are
 * written. Any other text is packed, too, only less. Part of the format (codec 1): never changed, or no packed block is read
 * any more; a better one is another codec.
 */
const texts: ReadonlyArray<string> = [
  '"org.matrix.custom.html","m.cross_signing.","m.megolm_backup.v1","m.identity_server",',
  '"im.vector.web.settings","im.vector.setting.breadcrumbs","recent_rooms","io.element.recent_emoji","m.widgets","m.accepted_terms",',
  '{"encrypted":{"iv":"","ciphertext":"","mac":""}},{"algorithm":"m.megolm.v1.aes-sha2"},',
  '"event_match","room_member_count","contains_display_name","kind":"event_match","key":"room_id","pattern":"","set_tweak":"highlight","value":"default",',
  '{"global":{"content":[],"override":[],"room":[],"sender":[],"underride":[{"rule_id":".m.rule.","actions":["notify"],"conditions":[],"default":true,"enabled":false}]}},',
  '"m.favourite","m.lowpriority","m.server_notice","order":0.',
  '"theme":"dark","light","version":"1.0.0","updated_at":"","language":"en","timezone":"Europe/","notifications":true,"enabled":false,"name":"","url":"https://","https://matrix.org/"',
  '"$traceId":"","$spanId":"","traceparent":"00-","tracestate":"","callbacks":false,"requestKey":{"key":"","fingerprint":"","count":1,"index":0}',
  '"source":{"logId":"","id":"","version":"","origin":"synapse"},"originalTime":17,"origin":"import","restoredRevision":"","origin":"restore"',
  '"$causationId":"","causationDepth":1,"reason":"","actor":{"kind":"service","id":""},{"kind":"module","id":""},{"kind":"admin","id":""}',
  '["account_data_log",0,"","LogCreated",{"logId":""},"LogEpochBegan",{},["account_data_erasures","UserErased","UserErasureCompleted",{"userId":""},',
  '["account_data_modules-","owner","epoch":,"modules":{"":{"low":"","held":[{"user":"","nextRevision":""',
  '["account_data_tags-@","RoomTagRemoved","RoomTagSet",{"userId":"@","roomId":"!","tag":"u.","content":{}},',
  '"type":"m.fully_read","content":{"event_id":"$"}},"m.direct","content":{"@":["!"]},"m.ignored_user_list","content":{"ignored_users":{"@":{}}},"m.push_rules",',
  ':matrix.org","roomId":"!',
  '["account_data-@:example.org",0,"","AccountDataUpdated",{"userId":"@:example.org","roomId":null,"type":"org.example.","content":{"',
  '"}},{"schemaVersion":1,"actor":{"kind":"user","id":"@:example.org"},"$correlationId":"","origin":"api"},17',
];

/** In bytes, which are those of its ASCII characters. */
export const packingDictionary: Buffer = Buffer.from(texts.join(''), 'latin1');
