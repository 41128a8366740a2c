import { answerChannelContract } from '../../testing/contracts/answer-channel';
import { memoryAnswerChannel } from './memory';

answerChannelContract('memory', () => memoryAnswerChannel());
