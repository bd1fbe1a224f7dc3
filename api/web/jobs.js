// Following a job until it is done, failed or cancelled.

import { Problem, get, send } from "./api.js";
import { events } from "./stream.js";

const FINAL = ["done", "failed", "cancelled"];
const PAUSE = 1000; // milliseconds between looks, when the stream of events is not to be had

export const isFinal = (job) => FINAL.includes(job.state);
export const cancel = (jobId) => send("DELETE", `/v1/jobs/${jobId}`);

/** Calls onJob with each state and resolves to the final one. */
export async function follow(jobId, onJob, signal) {
  const last = await watch(jobId, onJob, signal);
  return last && isFinal(last) ? last : look(jobId, onJob, signal);
}

async function watch(jobId, onJob, signal) {
  let job = null;
  try {
    for await (const event of events(await send("GET", `/v1/jobs/${jobId}/events`, undefined, signal))) {
      if (event.name !== "job") continue;
      job = event.data;
      onJob(job);
      if (isFinal(job)) break;
    }
  } catch (error) {
    if (!(error instanceof Problem) || [401, 403, 404].includes(error.status)) throw error;
  }
  return job;
}

async function look(jobId, onJob, signal) {
  for (let failures = 0; ; ) {
    try {
      const job = await get(`/v1/jobs/${jobId}`, signal);
      failures = 0;
      onJob(job);
      if (isFinal(job)) return job;
    } catch (error) {
      failures += 1;
      if (!(error instanceof Problem) || error.status || failures > 10) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
