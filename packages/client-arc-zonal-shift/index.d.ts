export * from './client.d.ts';
export * from './commands.d.ts';
export * from './errors.d.ts';
export * from './models.d.ts';
