import { AppError } from '../core/error.ts';

/** Escape was pressed, where that leads to the question before. */
export class StepBack extends AppError {
  constructor() {
    super('CANCELLED', 'Cancelled.');
  }
}
