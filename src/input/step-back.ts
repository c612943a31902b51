import { AppError } from '../core/error.ts';

/** Escape was pressed: it leads to the question before. */
export class StepBack extends AppError {
  constructor() {
    super('CANCELLED', 'Cancelled.');
  }
}

/** How many questions were answered so far: where there is none, no question says that Escape leads back. */
export interface Trail {
  answered: number;
}
