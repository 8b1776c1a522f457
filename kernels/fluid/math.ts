/** What WebAssembly cannot do itself: JavaScript's own, so that the bits are those of plain loops. */
export declare function pow(x: f64, y: f64): f64;
export declare function exp(x: f64): f64;
export declare function log(x: f64): f64;
export declare function cos(x: f64): f64;
