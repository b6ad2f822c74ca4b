// Starts the console: one model, one root element. See ingest/docs/console.md.
import './styles/console.css';
import { ConsoleModel } from './model/console-model';
import { showOnDocument } from './text/language';
import { ConsoleApp } from './elements/console-app';

showOnDocument();
const app = new ConsoleApp();
app.model = new ConsoleModel();
document.getElementById('console')?.append(app);
