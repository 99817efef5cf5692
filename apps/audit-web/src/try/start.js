// Beside swagger-ui-bundle.js, whose global this is.
globalThis.SwaggerUIBundle({
  // Relative, so that it holds where a proxy serves this server below a path of its own.
  url: '../../v1/openapi.json',
  dom_id: '#api',
  tryItOutEnabled: true,
  // Nothing is told to anybody else, and the token is forgotten with the page.
  validatorUrl: null,
  persistAuthorization: false,
});
