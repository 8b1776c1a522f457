import { call, callAgain, enter } from "./calls";
import { bytesOf, opOf } from "./command";
import { grow, strain } from "./growth";
import { coolByRequests, coolByTime } from "./cold";
import { listDue } from "./due";
import { scrapeEntries } from "./entry-scrape";
import { remember } from "./memory";
import { count } from "./meters";
import { scrapeServices } from "./scrape";
import { addSeconds } from "./seconds";
import { feel, flow } from "./work";

/** Goes through the commands from one address up to another: src/twin/fluid/station-program.ts writes them. */
export function run(from: usize, to: usize): void {
  for (let command = from; command < to; command += bytesOf(command)) {
    switch (opOf(command)) {
      case 0:
        enter(command);
        break;
      case 1:
        call(command);
        break;
      case 2:
        callAgain(command);
        break;
      case 3:
        grow(command);
        break;
      case 4:
        strain(command);
        break;
      case 5:
        flow(command);
        break;
      case 6:
        feel(command);
        break;
      case 7:
        count(command);
        break;
      case 8:
        remember(command);
        break;
      case 9:
        scrapeServices(command);
        break;
      case 10:
        scrapeEntries(command);
        break;
      case 11:
        coolByTime(command);
        break;
      case 12:
        coolByRequests(command);
        break;
      case 13:
        listDue(command);
        break;
      case 14:
        addSeconds(command);
        break;
      default:
        unreachable();
    }
  }
}
