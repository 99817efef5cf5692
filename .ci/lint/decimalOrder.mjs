const operators = new Set(['<', '<=', '>', '>=', '+', '-']);
const brands = ['Position', 'Revision'];

const isBranded = (type) => (type.isUnion() ? type.types.some(isBranded) : brands.some((brand) => type.getProperty(brand) !== undefined));

/**
 * Positions and revisions are decimal text: `<` would order them by their first digit, and `+` would join them. The
 * compiler lets both pass.
 */
export const decimalOrder = {
  rules: {
    'no-operators': {
      meta: { type: 'problem', messages: { operator: 'A position or revision is decimal text: use isAfter, isAtLeast, compareDecimals, plus or minus.' } },
      create: (context) => {
        const services = context.sourceCode.parserServices;
        return {
          BinaryExpression: (node) => {
            if (!operators.has(node.operator)) return;
            if ([node.left, node.right].some((side) => isBranded(services.getTypeAtLocation(side)))) {
              context.report({ node, messageId: 'operator' });
            }
          },
        };
      },
    },
  },
};
