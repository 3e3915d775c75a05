/** The build writes imported styles to a file beside the script; the page links it. */
declare module '*.css';
