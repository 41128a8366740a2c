import { waitStoreContract } from '../../testing/contracts/wait-store';
import { openForTest, openSealedForTest } from '../flush-store/open-for-test.script';

waitStoreContract('sqlite', openForTest);
waitStoreContract('sqlite, sealed', openSealedForTest);
