import { workerData } from 'node:worker_threads';
import { Shard, type ShardCommand } from './shard.js';
import { CONTROL, readMessage, STATE, type WorkerData, writeMessage } from './worker-client.js';

// The thread of one shard: waits for a command, computes, answers; ends on a command.

const { control: shared, message, memory, shape, batch } = workerData as WorkerData;
const control = new Int32Array(shared);
const shard = new Shard(shape, batch, memory);

for (;;) {
  const state = Atomics.load(control, CONTROL.state);
  if (state === STATE.quit) break;
  if (state !== STATE.work) {
    Atomics.wait(control, CONTROL.state, state);
    continue;
  }
  let next: number = STATE.done;
  try {
    const command = readMessage(message, control[CONTROL.length]!) as ShardCommand;
    control[CONTROL.length] = writeMessage(message, shard.run(command));
  } catch (error) {
    control[CONTROL.length] = writeMessage(message, (error as Error).stack ?? String(error));
    next = STATE.failed;
  }
  // a quit that came meanwhile stays
  Atomics.compareExchange(control, CONTROL.state, STATE.work, next);
  Atomics.notify(control, CONTROL.state);
}
