export default () => ({ dir: { input: 'pages', output: 'public', data: '../data' } });
