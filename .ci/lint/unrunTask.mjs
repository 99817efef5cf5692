/** A function without parameters that gives a promise: a Task or TaskEither. */
const isTask = (type) =>
  type.getCallSignatures().some((signature) => signature.getParameters().length === 0 && signature.getReturnType().getProperty('then') !== undefined);

/** Nothing of a TaskEither happens before it is run: one that is made and dropped is work that was forgotten. */
export const unrunTask = {
  rules: {
    'no-dropped': {
      meta: { type: 'problem', messages: { dropped: 'This makes a task and never runs it: call it, `task()`, and await the result.' } },
      create: (context) => {
        const services = context.sourceCode.parserServices;
        const check = (node, expression) => {
          if (expression.type === 'CallExpression' && isTask(services.getTypeAtLocation(expression))) context.report({ node, messageId: 'dropped' });
        };
        return {
          ExpressionStatement: (node) => check(node, node.expression),
          'UnaryExpression[operator="void"]': (node) => check(node, node.argument),
        };
      },
    },
  },
};
