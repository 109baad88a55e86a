// The tables of docs/formats.md, sections 4 and 7.

const field = (name, type, more = {}) => ({ name, type, ...more });
const repeated = { repeated: true };

export const transferHeader = {
  1: field('format_version', 'uint'),
  2: field('transfer_id', 'bytes'),
  3: field('request_id', 'bytes'),
  4: field('origin', 'string'),
  5: field('provider', 'string'),
  6: field('consumer', 'string'),
  7: field('dataset', 'string'),
  8: field('descriptor_digest', 'bytes'),
  9: field('purpose', 'string'),
  10: field('issue_time', 'int'),
  11: field('expire_time', 'int'),
  12: field('policy_digest', 'bytes'),
  13: field('recipient_key_id', 'bytes'),
  14: field('page_number', 'uint'),
  15: field('last_page', 'bool'),
};

const withheldField = { 1: field('path', 'string'), 2: field('reason', 'enum') };
const obligations = { 1: field('retention', 'int'), 2: field('no_onward_transfer', 'bool'), 3: field('maximum_period', 'int') };

const terms = {
  1: field('legal_basis', 'enum'),
  2: field('legal_reference', 'string'),
  3: field('consent_reference', 'bytes'),
  4: field('withheld', 'message', { message: withheldField, ...repeated }),
  5: field('obligations', 'message', { message: obligations }),
};

export const payload = {
  1: field('records', 'bytes', repeated),
  2: field('answers', 'message', { message: { 1: field('assertion', 'string'), 2: field('verdict', 'enum') }, ...repeated }),
  3: field('terms', 'message', { message: terms }),
  15: field('commitment_salt', 'bytes'),
};

export const words = {
  legal_basis: ['LEGAL_BASIS_UNSPECIFIED', 'CONSENT', 'CONTRACT', 'LEGAL_OBLIGATION', 'VITAL_INTEREST', 'PUBLIC_TASK', 'LEGITIMATE_INTEREST', 'STATISTICS'],
  reason: ['WITHHELD_REASON_UNSPECIFIED', 'NOT_IN_POLICY', 'NOT_IN_CONSENT', 'FOREIGN_IDENTIFIER'],
  verdict: ['VERDICT_UNSPECIFIED', 'TRUE', 'FALSE', 'UNDECIDED'],
};
