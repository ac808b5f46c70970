//! A person at a browser, as far as a tour needs one: cookies, links, forms with their hidden fields, redirects.

use reqwest::{Client, Response, StatusCode, Url};

use super::Step;

/// One person's browser.
pub struct Browser {
    http: Client,
    base: Url,
    /// The page that is shown.
    pub page: Page,
}

/// A page as it came.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub status: u16,
    pub path: String,
    pub html: String,
}

impl Browser {
    /// A browser with no cookies, on no page.
    ///
    /// # Errors
    /// An address that is none.
    pub fn open(base_url: &str) -> Step<Self> {
        let http = Client::builder()
            .cookie_store(true)
            .build()
            .map_err(|e| e.to_string())?;
        let base = Url::parse(base_url).map_err(|e| e.to_string())?;
        Ok(Self {
            http,
            base,
            page: Page::default(),
        })
    }

    /// Goes to a path and follows redirects.
    ///
    /// # Errors
    /// No answer; any status but success.
    pub async fn go(&mut self, path: &str) -> Step<&Page> {
        let page = self.look(path).await?;
        if page.status >= 400 {
            return Err(format!("{path} answered {}: {}", page.status, page.says()));
        }
        Ok(&self.page)
    }

    /// Goes to a path whatever it answers.
    ///
    /// # Errors
    /// No answer.
    pub async fn look(&mut self, path: &str) -> Step<&Page> {
        let url = self.base.join(path).map_err(|e| e.to_string())?;
        let answer = self
            .http
            .get(url)
            .header("accept-language", "en")
            .send()
            .await
            .map_err(|e| e.to_string())?;
        self.show(answer).await
    }

    /// Sends the form of the shown page whose action is this path, with its hidden fields and these values.
    ///
    /// # Errors
    /// No such form; no answer.
    pub async fn send(&mut self, action: &str, fields: &[(&str, &str)]) -> Step<&Page> {
        let form = self
            .page
            .form(action)
            .ok_or_else(|| format!("{} has no form for {action}", self.page.path))?;
        let mut values = hidden(form);
        values.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let url = self.base.join(action).map_err(|e| e.to_string())?;
        let request = self.http.post(url).header("accept-language", "en").form(&values);
        let answer = request.send().await.map_err(|e| e.to_string())?;
        self.show(answer).await
    }

    /// Signs in and lands on the page that was asked for.
    ///
    /// # Errors
    /// A wrong name or password.
    pub async fn sign_in(&mut self, name: &str, password: &str, then: &str) -> Step<&Page> {
        self.go(then).await?;
        let action = self
            .page
            .actions()
            .into_iter()
            .find(|a| a.starts_with("/sign-in"))
            .ok_or("no sign-in form")?;
        self.send(&action, &[("name", name), ("password", password)]).await?;
        if self.page.status >= 400 || self.page.path.starts_with("/sign-in") {
            return Err(format!("{name} cannot sign in: {}", self.page.says()));
        }
        Ok(&self.page)
    }

    /// Downloads a file.
    ///
    /// # Errors
    /// Any status but success.
    pub async fn download(&self, path: &str) -> Step<Vec<u8>> {
        let url = self.base.join(path).map_err(|e| e.to_string())?;
        let answer = self.http.get(url).send().await.map_err(|e| e.to_string())?;
        if answer.status() != StatusCode::OK {
            return Err(format!("{path} answered {}", answer.status()));
        }
        Ok(answer.bytes().await.map_err(|e| e.to_string())?.to_vec())
    }

    /// The status of a path, without showing it.
    ///
    /// # Errors
    /// No answer.
    pub async fn status_of(&self, path: &str) -> Step<u16> {
        let url = self.base.join(path).map_err(|e| e.to_string())?;
        Ok(self
            .http
            .get(url)
            .send()
            .await
            .map_err(|e| e.to_string())?
            .status()
            .as_u16())
    }

    async fn show(&mut self, answer: Response) -> Step<&Page> {
        let (status, path) = (answer.status().as_u16(), answer.url().path().to_owned());
        let html = answer.text().await.map_err(|e| e.to_string())?;
        self.page = Page { status, path, html };
        Ok(&self.page)
    }
}

impl Page {
    /// Whether a person reads this on the page.
    #[must_use]
    pub fn has(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// The words on the page, tags taken out.
    #[must_use]
    pub fn text(&self) -> String {
        let main = self
            .html
            .split_once("<main")
            .map_or(self.html.as_str(), |(_, main)| main);
        let mut text = String::with_capacity(main.len() / 2);
        let mut inside = false;
        for character in main.chars() {
            match character {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                _ if !inside => text.push(character),
                _ => {}
            }
        }
        let text = text
            .replace("&#39;", "'")
            .replace("&#34;", "\"")
            .replace("&quot;", "\"")
            .replace("&amp;", "&");
        text.replace('\u{a0}', " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The beginning of what the page says, for a failed step.
    #[must_use]
    pub fn says(&self) -> String {
        self.text().chars().take(300).collect()
    }

    /// The first link or form action that begins so.
    #[must_use]
    pub fn link(&self, begins: &str) -> Option<String> {
        self.links().into_iter().find(|link| link.starts_with(begins))
    }

    /// Every link of the page.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        attributes(&self.html, "href=\"")
    }

    /// Where the page's forms go.
    #[must_use]
    pub fn actions(&self) -> Vec<String> {
        attributes(&self.html, "action=\"")
    }

    fn form(&self, action: &str) -> Option<&str> {
        self.html.split("<form").skip(1).find_map(|rest| {
            let form = rest.split("</form>").next()?;
            let opening = form.split('>').next()?;
            (attributes(opening, "action=\"").first().is_some_and(|to| to == action)).then_some(form)
        })
    }
}

fn attributes(html: &str, name: &str) -> Vec<String> {
    html.split(name)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|value| value.replace("&amp;", "&").replace("&#38;", "&").replace("&#61;", "="))
        .collect()
}

/// The hidden fields of a form, the token against forged requests among them.
fn hidden(form: &str) -> Vec<(String, String)> {
    form.split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|input| input.contains("type=\"hidden\""))
        .filter_map(|input| {
            let name = attributes(input, "name=\"").into_iter().next()?;
            Some((
                name,
                attributes(input, "value=\"").into_iter().next().unwrap_or_default(),
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_person_reads_it() {
        let page = Page {
            status: 200,
            path: "/".into(),
            html: "<title>x</title><main id=\"m\"><h1>Din&#39;s  &amp; <b>mine</b></h1><form method=\"post\" action=\"/a\">\
                   <input type=\"hidden\" name=\"_csrf\" value=\"t\"><input name=\"q\"></form></main>"
                .into(),
        };
        assert!(page.has("Din's & mine"));
        assert_eq!(page.actions(), ["/a"]);
        assert_eq!(hidden(page.form("/a").unwrap()), [("_csrf".to_owned(), "t".to_owned())]);
        assert!(page.form("/b").is_none());
    }
}
