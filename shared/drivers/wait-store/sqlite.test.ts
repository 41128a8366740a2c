import { waitStoreContract } from '../../testing/contracts/wait-store';
import { openForTest } from '../flush-store/open-for-test.script';

waitStoreContract('sqlite', openForTest);
