/** Told of a reading that takes time: what is done of the whole, in any unit. */
export type OnProgress = (done: number, whole: number) => void;
