//! Every page in every state: for tests, the gallery and whoever writes a theme.

use minijinja::value::{Serde, Value};

use super::{
    Theme,
    error::RenderError,
    frame::{Client, Frame, Href, Page},
    pages,
};

/// One state of one page.
pub struct Sample {
    /// Name of the template.
    pub page: &'static str,
    /// Name of the state.
    pub name: &'static str,
    value: Value,
}

impl Sample {
    /// Every page in every state, in the order a person meets them.
    pub fn all() -> Vec<Self> {
        let mut all = vec![];
        add::<pages::SignIn>(&mut all);
        add::<pages::AlreadySignedIn>(&mut all);
        add::<pages::AttemptExpired>(&mut all);
        add::<pages::Throttled>(&mut all);
        add::<pages::ChooseAccount>(&mut all);
        add::<pages::ChooseCustomer>(&mut all);
        add::<pages::NoAccess>(&mut all);
        add::<pages::ChooseFactor>(&mut all);
        add::<pages::FactorCode>(&mut all);
        add::<pages::FactorPasskey>(&mut all);
        add::<pages::EnrolFactor>(&mut all);
        add::<pages::EnrolTotp>(&mut all);
        add::<pages::EnrolPasskey>(&mut all);
        add::<pages::NamePasskey>(&mut all);
        add::<pages::RecoveryCodes>(&mut all);
        add::<pages::RecoveryUsed>(&mut all);
        add::<pages::Consent>(&mut all);
        add::<pages::FormPost>(&mut all);
        add::<pages::SignOut>(&mut all);
        add::<pages::StillSignedIn>(&mut all);
        add::<pages::SignedOut>(&mut all);
        add::<pages::SetPassword>(&mut all);
        add::<pages::PasswordSaved>(&mut all);
        add::<pages::LinkExpired>(&mut all);
        add::<pages::ForgotPassword>(&mut all);
        add::<pages::ChangePassword>(&mut all);
        add::<pages::ChangeDone>(&mut all);
        add::<pages::Invite>(&mut all);
        add::<pages::InviteDone>(&mut all);
        add::<pages::ConfirmLink>(&mut all);
        add::<pages::LinkDone>(&mut all);
        add::<pages::Setup>(&mut all);
        add::<pages::SetupDone>(&mut all);
        add::<pages::AccountOverview>(&mut all);
        add::<pages::AccountProfile>(&mut all);
        add::<pages::AccountEmail>(&mut all);
        add::<pages::AccountPassword>(&mut all);
        add::<pages::AccountMethods>(&mut all);
        add::<pages::AccountFactor>(&mut all);
        add::<pages::AccountTotp>(&mut all);
        add::<pages::AccountPasskey>(&mut all);
        add::<pages::AccountRecovery>(&mut all);
        add::<pages::AccountSessions>(&mut all);
        add::<pages::AccountCustomers>(&mut all);
        add::<pages::AccountApplications>(&mut all);
        add::<pages::AccountPhone>(&mut all);
        add::<pages::AccountLicences>(&mut all);
        add::<pages::AccountData>(&mut all);
        add::<pages::AccountActivity>(&mut all);
        add::<pages::ErrorPage>(&mut all);
        add::<pages::Maintenance>(&mut all);
        add::<pages::Outbox>(&mut all);
        add::<pages::OutboxMessage>(&mut all);
        add::<pages::Gallery>(&mut all);
        all
    }

    /// The state `name` of page `page`.
    pub fn find(page: &str, name: &str) -> Option<Self> {
        Self::all().into_iter().find(|sample| sample.page == page && sample.name == name)
    }

    /// The page as it would be sent.
    ///
    /// # Errors
    /// As [`Theme::render`].
    pub fn render(&self, theme: &Theme, frame: &Frame) -> Result<String, RenderError> {
        theme.render_value(self.page, self.value.clone(), frame)
    }

    /// A frame for samples: an application, a token, a way to other languages.
    pub fn frame(locale: &str, here: Href) -> Frame {
        Frame {
            locale: locale.to_owned(),
            csrf: Some("sample".to_owned()),
            client: Some(Client { name: "Acme Portal".to_owned(), home: Href::new("https://portal.acme.example/") }),
            here: Some(here),
            ..Frame::default()
        }
    }
}

fn add<P: Page>(all: &mut Vec<Sample>) {
    let sample = |(name, page): (&'static str, P)| Sample { page: P::TEMPLATE, name, value: Value::from(Serde(&page)) };
    all.extend(P::samples().into_iter().map(sample));
}
