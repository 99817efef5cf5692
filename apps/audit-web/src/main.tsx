import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.js';
import { takeReturned } from './sign-in/returned.js';

const place = document.getElementById('page');
if (place !== null) createRoot(place).render(<StrictMode><App returned={takeReturned()} /></StrictMode>);
