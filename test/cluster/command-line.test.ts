import { describe, expect, it } from 'vitest';
import { readOptions } from '../e2e/options.ts';
import { readExample } from '../e2e/pieces/example.ts';
import { readCommand } from './command-line.ts';

const line = (text: string) => text.split(' ').filter(Boolean);

describe('npm run cluster', () => {
  it.each([
    ['up', { does: 'up', name: 'dev' }],
    ['status', { does: 'status', name: 'dev' }],
    ['down --all', { does: 'down', name: 'dev', all: true }],
    ['--name two try examples/git.yaml', { does: 'try', name: 'two', file: 'examples/git.yaml' }],
    ['try --help', { does: 'help' }],
    ['help', { does: 'help' }],
  ])('understands "%s"', (text, command) => expect(readCommand(line(text))).toEqual(command));

  it.each([
    ['', /command is missing: up, try, status or down/],
    ['start', /no command "start"/],
    ['try', /takes a file, for instance/],
    ['try a.yaml b.yaml', /"b.yaml" is too much/],
    ['status dev', /"dev" is too much/],
    ['up --all', /--all is for down/],
    ['up --name Two_2', /1 to 10 of a-z and 0-9, not "Two_2"/],
    ['up --nam two', /'--nam'/],
  ])('says what is wrong with "%s"', (text, message) => expect(() => readCommand(line(text))).toThrow(message));

  it.each([
    ['nowhere.yaml', /There is no file .*nowhere\.yaml/],
    ['../examples', /is a folder/],
    ['../README.md', /is not YAML/],
    ['../LICENSE', /is not YAML|holds no pod/],
  ])('says what is wrong with the file %s', (file, message) =>
    expect(() => readExample(file, '', {})).toThrow(message),
  );
});

describe('npm run e2e', () => {
  it('takes suites by a part of their file name', () => {
    const filters = ['git-job', './test/e2e/behaviour/topz-page.e2e.ts'];
    expect(readOptions(filters)).toMatchObject({ provider: 'node', name: 'e2e', filters });
  });

  it.each([
    ['no-such-suite', /no suite's file name contains "no-such-suite"; there are .*git-job/],
    ['--provider docker', /node, kind, existing or none, not docker/],
    ['--name Two_2', /not "Two_2"/],
    ['--provider existing --kubeconfig k', /needs --image/],
  ])('says what is wrong with "%s" before anything is brought up', (text, message) =>
    expect(() => readOptions(line(text))).toThrow(message),
  );
});
