import { ScheduleOverlapPolicy } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from './product';

/** Sets off the schedules of an automation now, as an operator does in the Temporal UI. */
export async function triggerSchedule(product: Product, workspaceId: string, automation: string): Promise<void> {
  const { schedule } = await product.temporalClient();
  let found = 0;
  for await (const { scheduleId } of schedule.list()) {
    if (!scheduleId.startsWith(`${workspaceId}/${automation}/`)) continue;
    // The engine names a run by the second at which it is due: two in one second would be one.
    await sleep(1000 - (Date.now() % 1000) + 20);
    await schedule.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.ALLOW_ALL);
    found++;
  }
  if (found === 0) throw new Error(`${automation} of ${workspaceId} has no schedule`);
}
