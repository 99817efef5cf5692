export { chromiumPath } from './chromium.js';
export { type Sight, type Visitor, newVisitor, sights } from './Visitor.js';
