import { Component } from 'react';
import type { ReactNode } from 'react';
import { Heading } from '../layout/Heading.js';
import { Problem } from './Problem.js';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error?: unknown;
}

/** A view that fails says so, and the rest of the page goes on. */
export class FailureBoundary extends Component<Props, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (!('error' in this.state)) return this.props.children;
    return (
      <div className="operations">
        <Heading>This view could not be shown</Heading>
        <Problem error={this.state.error} onRetry={() => { window.location.reload(); }} />
      </div>
    );
  }
}
