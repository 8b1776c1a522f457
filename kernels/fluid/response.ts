import { addCall } from "./call";
import { allCalm, splitCalm } from "./calm";
import { bytesOf, opOf } from "./command";
import { cut } from "./cut";
import { addEntry, countEntry, finishEntry, startEntry } from "./entry";
import { hold, moveHold, read, startNode } from "./node";
import { addOutcome } from "./outcome";
import { answer, finishStep, foldCall, startStep } from "./side-by-side";

/** Goes through the commands from one address up to another; their numbers are those of src/twin/fluid/response-program.ts. */
export function run(from: usize, to: usize): void {
  for (let command = from; command < to; command += bytesOf(command)) {
    switch (opOf(command)) {
      case 0:
        allCalm(command);
        break;
      case 1:
        splitCalm(command);
        break;
      case 2:
        startNode(command);
        break;
      case 3:
        addCall(command);
        break;
      case 4:
        startStep(command);
        break;
      case 5:
        foldCall(command);
        break;
      case 6:
        finishStep(command);
        break;
      case 7:
        read(command);
        break;
      case 8:
        hold(command);
        break;
      case 9:
        moveHold(command);
        break;
      case 10:
        startEntry(command);
        break;
      case 11:
        addEntry(command);
        break;
      case 12:
        finishEntry(command);
        break;
      case 13:
        addOutcome(command);
        break;
      case 14:
        countEntry(command);
        break;
      case 15:
        cut(command);
        break;
      case 16:
        answer(command);
        break;
      default:
        unreachable();
    }
  }
}
