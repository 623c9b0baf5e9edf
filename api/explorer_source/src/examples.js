// Saved documents for each kind of user; the documents themselves are in staff.graphql and portal.graphql.
import { parse, print, separateOperations } from 'graphql';
import portalDocuments from './portal.graphql';
import staffDocuments from './staff.graphql';

const ID = (prefix) => `${prefix}_…`;

const STAFF = {
  'Agent · front office': [
    ['Viewer', 'Who am I'],
    ['Inbox', 'Inbox, most urgent first', { first: 20, filter: { status: { in: ['NEW', 'OPEN'] } }, orderBy: { field: 'FIRST_RESPONSE_DUE_AT', direction: 'ASC' } }],
    ['CaseScreen', 'One case with its conversations', { id: ID('case') }],
    ['CaseSuggestions', 'Experts and knowledge for a case', { id: ID('case'), first: 5 }],
    ['ConsultExperts', 'Consult the back office', { input: { caseId: ID('case'), title: 'Where is the parcel?', body: 'The customer has waited for two weeks.', expertIds: [ID('mem')] } }],
    ['ReplyToCase', 'Reply to the customer', { input: { caseId: ID('case'), conversationId: ID('conv'), body: 'We have found your parcel.' } }],
    ['AddNote', 'Add an internal note', { input: { caseId: ID('case'), body: 'Called the warehouse.' } }],
    ['CompleteStep', 'Complete a step of the cycle', { input: { caseId: ID('case'), step: 'CONTACT', expectedVersion: 1 } }],
    ['CreateAnswer', 'Save an answer for the next time', { input: { title: 'Parcel is late', body: 'We look into it today.' } }],
    ['InboxChanged', 'Watch the inbox (live)'],
    ['CaseChanged', 'Watch one case (live)', { id: ID('case') }],
  ],
  'Expert · back office': [
    ['ExpertDesk', 'My desk', { first: 20 }],
    ['QuestionScreen', 'One question with its answers', { id: ID('qst') }],
    ['AnswerQuestion', 'Answer a question', { input: { questionId: ID('qst'), body: 'The parcel is in Ankara and leaves today.' } }],
    ['SimilarQuestions', 'Has it been asked before?', { title: 'Late parcel', first: 5 }],
    ['Notifications', 'My notifications', { first: 20 }],
    ['MyNotifications', 'Watch my notifications (live)'],
  ],
  Manager: [
    ['Search', 'Search everything', { query: 'parcel', first: 10 }],
    ['Experts', 'Who knows what', { query: 'delivery', first: 10 }],
    ['SuggestExperts', 'Experts for a text', { text: 'My parcel has not come.', first: 5 }],
    ['Questions', 'Questions of the community', { first: 20 }],
    ['AssignCase', 'Assign a case', { input: { caseId: ID('case'), assigneeId: ID('mem'), expectedVersion: 1 } }],
  ],
};

const PORTAL = {
  Customer: [
    ['PortalViewer', 'Who am I'],
    ['SubmitRequest', 'Submit a request', { input: { subject: 'My parcel', body: 'It has not come for two weeks.' } }],
    ['MyRequests', 'My requests', { first: 10 }],
    ['RequestScreen', 'One request', { id: ID('req'), last: 20 }],
    ['AddMessage', 'Add a message', { input: { requestId: ID('req'), body: 'Any news?' } }],
    ['RecordVerdict', 'Say whether it helped', { input: { requestId: ID('req'), verdict: 'SATISFIED', expectedVersion: 1 } }],
    ['RequestChanged', 'Watch a request (live)', { id: ID('req') }],
  ],
  Public: [
    ['PublicKnowledge', 'Search the help', { query: 'parcel', first: 10 }],
    ['KnowledgeScreen', 'Read an answer', { id: ID('pqs') }],
    ['AskPublicQuestion', 'Ask in public', { input: { title: 'How long does delivery take?', body: 'To a village in the east.' } }],
  ],
};

export const EXAMPLES = { staff: grouped(STAFF, staffDocuments), portal: grouped(PORTAL, portalDocuments) };

function grouped(personas, source) {
  const operations = separateOperations(parse(source, { noLocation: true }));
  return Object.entries(personas).map(([persona, rows]) => ({
    persona,
    documents: rows.map(([name, title, variables]) => ({
      name,
      title,
      query: print(operations[name]),
      variables: variables ? JSON.stringify(variables, null, 2) : '',
    })),
  }));
}
