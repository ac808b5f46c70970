//! `aktiver org`, `user`, `client`, `operator` and `token`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use aktiver_domain::role::{Role, Scope};
use aktiver_service::auth::generate_password;
use aktiver_service::organizations::{self, NewAdmin, NewOrganization};
use aktiver_service::users::{self, NewUser};
use aktiver_service::{Actor, App, Ctx, clients, operators, tokens};
use aktiver_storage::operator;
use serde_json::json;

use super::{Output, app, context};
use crate::failure::{Exit, Failure, Result};
use crate::settings::Settings;

#[derive(Debug, clap::Subcommand)]
pub(super) enum OrgCommand {
    /// Create an organization with its first administrator
    Create {
        /// The name it is shown by
        name: String,
        /// Country (ISO 3166-1), such as NO
        #[arg(long, value_name = "CODE")]
        country: String,
        /// Label of its first domain, LABEL.<server domain> [default: made from the name]
        #[arg(long, value_name = "LABEL")]
        domain: Option<String>,
        /// Give it a clock of its own and pretended payment
        #[arg(long)]
        sandbox: bool,
        /// Display name of the Global Administrator
        #[arg(long, value_name = "NAME")]
        admin_name: String,
        /// User name of the Global Administrator; without @, in the first domain
        #[arg(long, value_name = "USER")]
        admin_user: String,
        /// Password of the Global Administrator [default: made up and shown once]
        #[arg(long, value_name = "PASSWORD")]
        admin_password: Option<String>,
        /// Mail address of the Global Administrator
        #[arg(long, value_name = "MAIL")]
        admin_mail: Option<String>,
    },
    /// List organizations by name
    List {
        /// Only those whose name begins so
        #[arg(long, value_name = "TEXT")]
        prefix: Option<String>,
        /// How many, at most
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

pub(super) async fn organization(command: OrgCommand, settings: &Settings, output: Output) -> Result<()> {
    let app = app(settings).await?;
    match command {
        OrgCommand::Create {
            name,
            country,
            domain,
            sandbox,
            admin_name,
            admin_user,
            admin_password,
            admin_mail,
        } => {
            let admin = NewAdmin {
                display_name: admin_name,
                user_name: admin_user,
                password: admin_password,
                mail: admin_mail,
            };
            let new = NewOrganization {
                name,
                country,
                domain,
                sandbox,
                admin,
            };
            let created = organizations::create(&app, &Actor::System, new).await?;
            let organization = &created.organization;
            let domain = first_domain(&app, &context(&app, &organization.id.to_string()).await?).await?;
            let password = created.password.as_deref();
            output.say(
                &format!(
                    "organization {} ({})\n  id             {}\n  domain         {domain}\n  administrator  {}{}",
                    organization.name,
                    organization.country,
                    organization.id,
                    created.admin.user_principal_name,
                    password
                        .map(|password| format!("\n  password       {password}"))
                        .unwrap_or_default(),
                ),
                &json!({
                    "id": organization.id.to_string(),
                    "name": organization.name,
                    "country": organization.country,
                    "domain": domain,
                    "sandbox": organization.sandbox,
                    "admin": {
                        "id": created.admin.id.to_string(),
                        "userPrincipalName": created.admin.user_principal_name,
                        "password": password,
                    },
                }),
            )
        }
        OrgCommand::List { prefix, limit } => {
            let found = organizations::list(&app, &Actor::System, None, limit, prefix.as_deref()).await?;
            let lines: Vec<_> = found
                .iter()
                .map(|o| {
                    format!(
                        "{}  {}  {}{}",
                        o.id,
                        o.country,
                        o.name,
                        if o.sandbox { " (sandbox)" } else { "" }
                    )
                })
                .collect();
            let items: Vec<_> = found
                .iter()
                .map(|o| json!({ "id": o.id.to_string(), "name": o.name, "country": o.country, "sandbox": o.sandbox }))
                .collect();
            let text = if lines.is_empty() {
                "There are no organizations.".to_owned()
            } else {
                lines.join("\n")
            };
            output.say(&text, &json!({ "items": items }))
        }
    }
}

/// The domain an organization came with.
async fn first_domain(app: &App, ctx: &Ctx) -> Result<String> {
    let domains = organizations::domains(app, ctx).await?;
    let first = domains.into_iter().find(|domain| domain.initial);
    first.map(|domain| domain.name).ok_or_else(|| {
        Failure::not_done(
            "the organization has no domain of its own",
            "write the whole user name, with @ and a domain",
        )
    })
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum UserCommand {
    /// Add a person
    Create {
        /// Id or domain of the organization
        #[arg(long, value_name = "ORG")]
        org: String,
        /// User name; without @, in the organization's first domain
        #[arg(long, value_name = "USER")]
        user: String,
        /// Display name
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Password [default: made up and shown once]
        #[arg(long, value_name = "PASSWORD")]
        password: Option<String>,
        /// Country (ISO 3166-1) where the person uses services; licenses need one
        #[arg(long, value_name = "CODE")]
        usage_location: Option<String>,
        /// Role, such as "Billing Administrator"; may be repeated
        #[arg(long = "role", value_name = "ROLE", value_parser = role)]
        roles: Vec<Role>,
    },
}

fn role(text: &str) -> Result<Role, String> {
    let found = Role::ALL
        .into_iter()
        .find(|role| role.as_str().eq_ignore_ascii_case(text.trim()));
    found.ok_or_else(|| {
        let names: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
        format!("there is no role {text:?}; the roles are: {}", names.join(", "))
    })
}

pub(super) async fn user(command: UserCommand, settings: &Settings, output: Output) -> Result<()> {
    let UserCommand::Create {
        org,
        user,
        name,
        password,
        usage_location,
        roles,
    } = command;
    let app = app(settings).await?;
    let ctx = context(&app, &org).await?;
    let user_principal_name = if user.contains('@') {
        user
    } else {
        format!("{user}@{}", first_domain(&app, &ctx).await?)
    };
    let generated = password.is_none().then(|| generate_password(&app));
    let new = NewUser {
        user_principal_name,
        display_name: name,
        password: password.or_else(|| generated.clone()),
        account_enabled: true,
        usage_location: usage_location.map(|code| code.to_ascii_uppercase()),
        ..NewUser::default()
    };
    let user = users::create(&app, &ctx, new).await?;
    for role in &roles {
        users::give_role(&app, &ctx, user.id, *role).await?;
    }
    let names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    output.say(
        &format!(
            "user {}\n  id        {}{}",
            user.user_principal_name,
            user.id,
            generated
                .as_deref()
                .map(|password| format!("\n  password  {password}"))
                .unwrap_or_default(),
        ),
        &json!({
            "id": user.id.to_string(),
            "userPrincipalName": user.user_principal_name,
            "password": generated,
            "roles": names,
        }),
    )
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum ClientCommand {
    /// Register a program; its secret is shown once
    Create {
        /// Id or domain of the organization
        #[arg(long, value_name = "ORG")]
        org: String,
        /// The name it is shown by
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Permission, such as Directory.ReadWrite.All; may be repeated
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
        scopes: Vec<String>,
    },
}

pub(super) async fn client(command: ClientCommand, settings: &Settings, output: Output) -> Result<()> {
    let ClientCommand::Create { org, name, scopes } = command;
    let app = app(settings).await?;
    let ctx = context(&app, &org).await?;
    let scopes = clients::parse_scopes(&scopes.join(" "))?;
    let created = clients::create(&app, &ctx, &name, scopes).await?;
    let scopes: Vec<&str> = created
        .client
        .scopes
        .iter()
        .map(|scope| Scope::as_str(*scope))
        .collect();
    output.say(
        &format!(
            "client {}\n  id      {}\n  secret  {}\n  scopes  {}",
            created.client.name,
            created.client.id,
            created.secret,
            scopes.join(" "),
        ),
        &json!({
            "id": created.client.id.to_string(),
            "name": created.client.name,
            "organization": ctx.org().to_string(),
            "secret": created.secret,
            "scopes": scopes,
        }),
    )
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum OperatorCommand {
    /// Add an operator, who signs in to the vendor console
    Create {
        /// Sign-in name, such as a mail address
        name: String,
        /// Password [default: made up and shown once]
        #[arg(long, value_name = "PASSWORD")]
        password: Option<String>,
    },
    /// Make a token with which an operator's programs use the vendor API
    Token {
        /// The operator's sign-in name
        name: String,
    },
}

pub(super) async fn operator(command: OperatorCommand, settings: &Settings, output: Output) -> Result<()> {
    let app = app(settings).await?;
    match command {
        OperatorCommand::Create { name, password } => {
            let generated = password.is_none().then(|| generate_password(&app));
            let password = password.or_else(|| generated.clone()).unwrap_or_default();
            let operator = operators::create(&app, &name, &password).await?;
            output.say(
                &format!(
                    "operator {}\n  id        {}{}",
                    operator.name,
                    operator.id,
                    generated
                        .as_deref()
                        .map(|password| format!("\n  password  {password}"))
                        .unwrap_or_default(),
                ),
                &json!({ "id": operator.id.to_string(), "name": operator.name, "password": generated }),
            )
        }
        OperatorCommand::Token { name } => {
            let mut session = app.database().read().await?;
            let found = operator::by_name(&mut session, &name).await?;
            drop(session);
            let operator = found.ok_or_else(|| {
                Failure::not_done(
                    format!("there is no operator {name:?}"),
                    "`aktiver operator create NAME` adds one",
                )
            })?;
            let token = operators::create_token(&app, &operators::actor(&operator)).await?;
            output.say(&token, &json!({ "operator": operator.name, "token": token }))
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct TokenArgs {
    /// Id or domain of the organization
    #[arg(long, value_name = "ORG")]
    org: String,
    /// Id of the client
    #[arg(long, value_name = "ID")]
    client: String,
    /// The client's secret; other users of this machine may see it in the list of processes
    #[arg(long, value_name = "SECRET", conflicts_with = "secret_file")]
    secret: Option<String>,
    /// File with the client's secret; - reads standard input
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[arg(long, default_value = "https://graph.microsoft.com/.default", hide = true)]
    scope: String,
}

pub(super) async fn token(arguments: TokenArgs, settings: &Settings, output: Output) -> Result<()> {
    let secret = match (arguments.secret, arguments.secret_file) {
        (Some(secret), _) => secret,
        (None, Some(path)) => read_secret(&path)?,
        (None, None) => {
            return Err(Failure::usage(
                "the client's secret is missing",
                "give --secret-file FILE (- for standard input) or --secret SECRET",
            ));
        }
    };
    let app = app(settings).await?;
    let ctx = context(&app, &arguments.org).await?;
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let issuer = settings
        .public_url
        .clone()
        .unwrap_or_else(|| format!("{scheme}://{}", settings.listen));
    let answer = tokens::client_credentials(
        &app,
        &issuer,
        &ctx.organization,
        &arguments.client,
        &secret,
        &arguments.scope,
    )
    .await
    .map_err(|error| match error {
        tokens::TokenError::Service(error) => error.into(),
        other => Failure {
            exit: Exit::NotDone,
            code: Some(other.code()),
            message: other.to_string(),
            remedy: Some("check the organization, the client's id and its secret".to_owned()),
        },
    })?;
    output.say(
        &answer.access_token,
        &json!({
            "access_token": answer.access_token,
            "token_type": answer.token_type,
            "expires_in": answer.expires_in,
            "scope": answer.scope,
        }),
    )
}

fn read_secret(path: &Path) -> Result<String> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|found| text = found)
    };
    read.map_err(|error| Failure::file("read", path, &error))?;
    Ok(text.trim().to_owned())
}
