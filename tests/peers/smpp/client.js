// The client of the npm package smpp, measured: PORT WINDOW SECONDS. So many messages without an answer at once; prints
// messages/s, each with its answer, its receipt, and the receipt's answer.
'use strict';

const smpp = require('smpp');

const [port, window, seconds] = process.argv.slice(2).map(Number);
const text = Buffer.from('\u3010\u5de5\u4fe1\u90e8\u3011\u9a8c\u8bc1\u7801123456\uff0c5\u5206\u949f\u5185\u6709\u6548\u3002', 'utf16le').swap16();
let [sent, answered, reported] = [0, 0, 0];
const session = smpp.connect({ url: `smpp://127.0.0.1:${port}` }, () => {
  session.socket.setNoDelay(true);
  session.bind_transceiver({ system_id: '901234', password: 'secret' }, () => {
    const begin = process.hrtime.bigint();
    const elapsed = () => Number(process.hrtime.bigint() - begin) / 1e9;
    const finish = () => {
      if (sent > answered || sent > reported || elapsed() < seconds) return;
      console.log(Math.round(answered / elapsed()));
      process.exit(0);
    };
    const submit = () => {
      sent += 1;
      session.submit_sm(
        { source_addr: '12381', destination_addr: '15400000001', data_coding: 8, registered_delivery: 1, short_message: text },
        () => {
          answered += 1;
          if (elapsed() < seconds) submit();
          else finish();
        },
      );
    };
    session.on('deliver_sm', (pdu) => {
      session.send(pdu.response());
      reported += 1;
      finish();
    });
    for (let at = 0; at < window; at += 1) submit();
  });
});
