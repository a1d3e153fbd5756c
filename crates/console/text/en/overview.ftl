overview-title = Overview
overview-welcome = Welcome, { $name }
overview-intro = What there is in this account, and what changed last.
overview-root = You are the root user, who may do everything. For daily work, sign in as an administrator.
overview-link = IAM user login link
overview-users = Users
overview-groups = Groups
overview-policies = Custom policies
overview-of = of { $limit }
overview-changes = Latest changes
overview-all = All
overview-no-changes = Nothing has changed lately.
overview-own = You are signed in
overview-own-text = The account’s figures are for its administrators. Your password is yours to look after, and so are your keys where a policy allows it.
overview-to-do = Security to-do
overview-nothing-to-do = Nothing needs a decision.
overview-review = Review
overview-root-keys = The root user has keys: { $n }. It should have none.
overview-unused-keys = Users whose access keys were not used for 90 days: { $n }
overview-old-keys = Users whose access keys are older than 90 days: { $n }
overview-unused-users = Users who were not active for 90 days: { $n }
overview-never = Users who never signed in: { $n }
overview-administrators = Administrators: { $n }
overview-weaknesses = Password settings weaker than we advise: { $n }
overview-span = Days shown
overview-days = { $n } days
overview-as-table = Show as a table
overview-day-of = Day
overview-sign-ins = Sign-ins
overview-sign-ins-chart = Sign-ins per day, { $from } to { $to }: { $good } succeeded, { $bad } failed
overview-succeeded = Succeeded
overview-failed = Failed
overview-no-sign-ins = Nobody tried to sign in during these days.
overview-calls = Calls
overview-calls-chart = Calls per day, { $from } to { $to }: { $good } carried out, { $bad } denied
overview-calls-done = Carried out
overview-calls-denied = Denied
overview-no-calls = Nothing was asked for with a key or a session during these days.
overview-decisions = Decisions
overview-decisions-chart = Decisions per day, { $from } to { $to }: { $good } allowed, { $bad } denied
overview-decisions-allowed = Allowed
overview-decisions-denied = Denied
overview-no-decisions = No service asked whether somebody may do something during these days.
overview-why = Why was something denied?
overview-day = { $month ->
    [1] { $day } Jan
    [2] { $day } Feb
    [3] { $day } Mar
    [4] { $day } Apr
    [5] { $day } May
    [6] { $day } Jun
    [7] { $day } Jul
    [8] { $day } Aug
    [9] { $day } Sep
    [10] { $day } Oct
    [11] { $day } Nov
   *[12] { $day } Dec
}
