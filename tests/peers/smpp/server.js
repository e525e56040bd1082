// A message centre on the npm package smpp: answers every message, and sends a receipt where one is asked for. Prints
// its port. The last digit of the number decides: 8 is throttled, 7 is refused, 6 is undeliverable, all others are delivered.
'use strict';

const smpp = require('smpp');

const RESULTS = { 8: smpp.ESME_RTHROTTLED, 7: smpp.ESME_RINVDSTADR };
let last = 0;

const server = smpp.createServer((session) => {
  session.socket.setNoDelay(true);
  session.on('error', () => {});
  session.on('bind_transceiver', (pdu) => {
    const known = pdu.system_id === '901234' && pdu.password === 'secret';
    session.send(pdu.response({ command_status: known ? smpp.ESME_ROK : smpp.ESME_RINVPASWD, system_id: 'npm' }));
    if (!known) session.close();
  });
  session.on('submit_sm', (pdu) => {
    const digit = pdu.destination_addr.slice(-1);
    const command_status = RESULTS[digit] || smpp.ESME_ROK;
    last += 1;
    const id = last.toString(16).padStart(8, '0');
    session.send(pdu.response({ command_status, message_id: command_status === 0 ? id : '' }));
    if (command_status !== 0 || pdu.registered_delivery !== 1) return;
    const state = digit === '6' ? 'UNDELIV' : 'DELIVRD';
    session.deliver_sm({
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: 4,
      // Decimal, where the answer was hexadecimal.
      short_message: `id:${String(last).padStart(10, '0')} sub:001 dlvrd:001 submit date:2611230000 done date:2611230000 stat:${state} err:000 text:`,
    });
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
