/**
 * Commands lie one after another in memory, in slots of 8 bytes: what is to be done and how many bytes the command takes,
 * 32 bits each; then whole numbers, one a slot; then other numbers. src/twin/fluid/program.ts writes them.
 */

export function opOf(command: usize): i32 {
  return load<i32>(command);
}

export function bytesOf(command: usize): usize {
  return <usize>load<u32>(command, 4);
}

/** The whole number, or address, in a slot. */
export function int(command: usize, slot: usize): usize {
  return <usize>load<u32>(command + (slot << 3));
}

export function num(command: usize, slot: usize): f64 {
  return load<f64>(command + (slot << 3));
}

/** Address of column `i` of a directory. */
export function column(directory: usize, i: usize): usize {
  return <usize>load<u32>(directory + (i << 2));
}
