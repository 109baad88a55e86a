// Decodes grpc-status-details-bin: docs/formats.md, section 9.

import { hex } from './bytes.mjs';
import { receiptOf } from './messages.mjs';
import { checkReceipt } from './receipt.mjs';

const NOTHING_BOUND = Buffer.alloc(32);

export function readRefusal(statusDetails, messages, receiptKey, origin) {
  const status = messages.status(statusDetails);
  const refused = { code: status.code, message: status.message };
  for (const { type_url, value } of status.details) {
    const type = type_url.slice(type_url.lastIndexOf('/') + 1);
    if (type === 'google.rpc.ErrorInfo') {
      const { reason, domain } = messages.errorInfo(value);
      refused.error = { reason, domain };
    } else if (type === 'exchange.v1.Refusal') {
      const { transfer_id, reason, receipt } = messages.refusal(value);
      refused.refusal = {
        transfer_id: hex(transfer_id),
        reason,
        receipt: receipt && { index: String(receipt.index), verdict: checkReceipt(receiptOf(receipt), NOTHING_BOUND, receiptKey, origin) },
      };
    }
  }
  return refused;
}
