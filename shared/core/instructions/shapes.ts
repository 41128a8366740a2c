import { breakFields } from './break/fields';
import { deleteFields } from './delete/fields';
import { emitFields } from './emit/fields';
import { fetchFields } from './fetch/fields';
import type { InstructionShape } from './field-table';
import { repeatFields } from './repeat/fields';
import { setFields } from './set/fields';
import { sleepFields } from './sleep/fields';
import { tryFields } from './try/fields';
import { createUserTopicFields, joinUserTopicFields } from './user-topics/fields';
import { waitFields } from './wait/fields';

/** What editors know of each instruction; the fields are those that its compiler checks. */
export const instructionShapes: { readonly [name: string]: InstructionShape } = {
  all: { description: 'Runs its instructions at the same time and waits for all.', takes: 'instructions' },
  break: { description: 'Ends the automation here.', takes: { fields: breakFields }, mayBeEmpty: true },
  comment: { description: 'Text for readers.', takes: 'anything' },
  conditions: {
    description: 'The first expression that is true decides which instructions run; `default` when none is.',
    takes: 'branches',
  },
  createUserTopic: {
    description: 'Makes a topic of users that events can be sent to.',
    takes: { fields: createUserTopicFields },
  },
  delete: { description: 'Removes a variable.', takes: { fields: deleteFields } },
  emit: { description: 'Sends an event.', takes: { fields: emitFields } },
  fetch: { description: 'Calls an HTTP API.', takes: { fields: fetchFields } },
  joinUserTopic: { description: 'Adds users to a topic.', takes: { fields: joinUserTopicFields } },
  repeat: {
    description: 'Runs instructions for each item, or a number of times.',
    takes: { fields: repeatFields, atLeastOne: ['on', 'until'] },
  },
  run: { description: 'Carries out an action.', takes: 'anything' },
  set: { description: 'Writes a variable.', takes: { fields: setFields } },
  sleep: {
    description: 'Lets the run rest; resting costs nothing.',
    takes: { fields: sleepFields, atLeastOne: ['seconds', 'until'], notTogether: ['seconds', 'until'] },
    short: 'number',
  },
  try: { description: 'Takes errors of its instructions instead of ending the run.', takes: { fields: tryFields } },
  wait: {
    description: 'Waits for an event.',
    takes: { fields: waitFields, atLeastOne: ['oneOf', 'action'] },
  },
};
