// GitLab servers on 127.0.0.1 to 127.0.0.16, each answer 50 ms late. Prints its port, and at the end of its input the calls.
import { createServer } from 'node:http';

const latencyMs = 50;
let calls = 0;

function answer(path) {
  if (path.endsWith('/personal_access_tokens/self'))
    return { active: true, revoked: false, expires_at: null, scopes: ['api'], user_id: 1 };
  if (path.includes('/repository/branches/')) return { name: 'main', can_push: true };
  const name = decodeURIComponent(path.split('/projects/')[1] ?? '');
  return {
    id: 1,
    path_with_namespace: name,
    namespace: { full_path: name.split('/')[0] },
    default_branch: 'main',
    archived: false,
    permissions: { project_access: { access_level: 40 }, group_access: null },
  };
}

const server = createServer((request, response) => {
  calls += 1;
  setTimeout(() => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(new URL(request.url, 'http://localhost').pathname)));
  }, latencyMs);
});
server.listen(0, '0.0.0.0', () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on('end', () => process.stdout.write(`${calls}\n`, () => process.exit(0))).resume();
