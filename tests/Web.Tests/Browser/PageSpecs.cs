using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorPipeline.Hosting.Web;

/// <summary>A person at the page: a real browser, the real program, real models that take turns.</summary>
public sealed partial class PageSpecs(ServedProgram program) : IClassFixture<ServedProgram>, IAsyncLifetime
{
    private static readonly ViewportSize Desk = new() { Width = 1280, Height = 1400 };

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (new BrowserFactAttribute().Skip is not null) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = BrowserFactAttribute.Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    private async Task<IPage> OpenAsync(ViewportSize? size = null, ColorScheme scheme = ColorScheme.Light, bool logIn = true)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = size ?? Desk, ColorScheme = scheme });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(program.Address.ToString());
        if (!logIn) return page;
        await page.GetByLabel("Token").FillAsync(ServedProgram.Token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await Expect(page.Locator("#health")).ToHaveTextAsync("ready", new() { Timeout = 60_000 });
        return page;
    }

    private static ILocator Figure(IPage page, string name) => page.Locator("#pipelines .figures div", new() { HasText = name }).Locator("dd").First;

    private static async Task<long> CapturedAsync(IPage page) => long.Parse(await Figure(page, "captured").InnerTextAsync(), CultureInfo.InvariantCulture);

    /// <summary>Waits until the page says something, as it is told each second.</summary>
    private static Task UntilAsync(IPage page, string condition, object? argument = null) => page.WaitForFunctionAsync(condition, argument);

    [BrowserFact]
    public async Task Should_show_numbers_that_move_and_a_picture_of_now()
    {
        var page = await OpenAsync();
        var before = await CapturedAsync(page);

        await UntilAsync(page, "before => Number([...document.querySelectorAll('#pipelines .figures div')].find(d => d.firstChild.textContent === 'captured').lastChild.textContent) > before + 10", before);
        await UntilAsync(page, "() => document.querySelector('.view img').naturalWidth > 0");
        await Expect(Figure(page, "frames/s")).Not.ToHaveTextAsync("0.0");
    }

    [BrowserFact]
    public async Task Should_show_a_swap_in_the_picture_of_memory()
    {
        var page = await OpenAsync();

        await Expect(page.Locator("#plot-text")).ToHaveTextAsync(SeveralLoads(), new() { Timeout = 60_000 });
        await Expect(page.Locator("#legend")).ToContainTextAsync("detector");
        await Expect(page.Locator("#legend")).ToContainTextAsync("classifier");
        // Not the words alone: the two models' colours lie on the canvas.
        await UntilAsync(page, """
            () => {
              const canvas = document.querySelector('#plot canvas'), data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
              const count = name => {
                const item = [...document.querySelectorAll('#legend li')].find(l => l.textContent === name);
                if (!item) return 0;
                const [r, g, b] = getComputedStyle(item.firstChild).backgroundColor.match(/\d+/g).map(Number);
                let found = 0;
                for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 12) found++;
                return found;
              };
              return count('detector') > 50 && count('classifier') > 50;
            }
            """);
        await page.Locator("details summary").ClickAsync();
        await Expect(page.Locator("#marks li").First).ToHaveTextAsync(AMark());
    }

    [BrowserFact]
    public async Task Should_say_why_a_model_is_or_is_not_in_memory()
    {
        var page = await OpenAsync();
        await page.Locator("[data-explain=classifier]").ClickAsync();

        await Expect(page.Locator("dialog#explain")).ToBeVisibleAsync();
        await Expect(page.Locator("#explain-text")).ToContainTextAsync("'classifier'");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog#explain")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Should_stand_still_when_it_is_paused_and_go_on_when_it_is_resumed()
    {
        var page = await OpenAsync();
        var button = page.Locator("[data-pause=street]");
        await button.ClickAsync();
        await Expect(button).ToHaveTextAsync("Resume");
        await Expect(Figure(page, "in flight")).ToHaveTextAsync(NoneInFlight());
        var before = await CapturedAsync(page);
        await Expect(Figure(page, "frames/s")).ToHaveTextAsync("0.0", new() { Timeout = 30_000 });
        Assert.Equal(before, await CapturedAsync(page));

        await button.ClickAsync();
        await Expect(button).ToHaveTextAsync("Pause");
        await UntilAsync(page, "before => Number([...document.querySelectorAll('#pipelines .figures div')].find(d => d.firstChild.textContent === 'captured').lastChild.textContent) > before", before);
        lock (program.Said) Assert.Contains(program.Said, line => line.Contains("127.0.0.1 pauses pipeline 'street'", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Should_refuse_a_token_that_is_wrong()
    {
        var page = await OpenAsync(logIn: false);
        await page.GetByLabel("Token").FillAsync("not-the-token-at-all");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("this is not the token");
        await Expect(page.Locator("#main")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Should_take_another_budget_and_the_configuration_anew()
    {
        var page = await OpenAsync();
        await page.GetByLabel("Budget").FillAsync("1 MiB");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("MiB");
        await page.GetByLabel("Budget").FillAsync("70 MiB");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await Expect(page.Locator("#memory-figures")).ToContainTextAsync("of 70.0 MiB");

        program.WriteConfiguration("80 MiB");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reload configuration" }).ClickAsync();
        await Expect(page.Locator("#memory-figures")).ToContainTextAsync("of 80.0 MiB");
        program.WriteConfiguration("plenty");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reload configuration" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("the configuration is wrong");
        await Expect(page.Locator("#memory-figures")).ToContainTextAsync("of 80.0 MiB");

        program.WriteConfiguration(ServedProgram.Budget, "shutdown.drain-timeout = 7 s");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reload configuration" }).ClickAsync();
        await Expect(page.Locator("#memory-figures")).ToContainTextAsync("of 48.0 MiB");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("actor-pipeline.shutdown.drain-timeout takes a restart");
        program.WriteConfiguration(ServedProgram.Budget);
        await File.AppendAllTextAsync(program.Configuration, "\nakka.log-dead-letters = off\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reload configuration" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("akka takes a restart");
        program.WriteConfiguration(ServedProgram.Budget);
    }

    [BrowserFact]
    public async Task Should_be_there_within_a_second_and_300_kilobytes()
    {
        var page = await OpenAsync();
        var sizes = await page.EvaluateAsync<double[]>("() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].filter(e => !e.name.includes('/picture') && !e.name.includes('/live')).map(e => e.transferSize)");
        var interactive = await page.EvaluateAsync<double>("() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");

        Assert.InRange(sizes.Sum(), 10_000, 300 * 1024);
        Assert.InRange(interactive, 1, 1000);
    }

    [BrowserFact]
    public async Task Should_be_usable_by_everybody_in_light_in_dark_and_on_a_phone()
    {
        foreach (var (name, size, scheme) in new[] { ("light", Desk, ColorScheme.Light), ("dark", Desk, ColorScheme.Dark), ("phone", new ViewportSize { Width = 390, Height = 844 }, ColorScheme.Light) })
        {
            var page = await OpenAsync(size, scheme);
            await Expect(page.Locator("#legend")).ToContainTextAsync("classifier");
            await UntilAsync(page, "() => document.querySelector('.view img').naturalWidth > 0");

            var found = await page.RunAxe();
            Assert.Empty(found.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{name}: {v.Id}: {v.Help}: {string.Join(", ", v.Nodes.Select(n => n.Html))}"));
            // No part of it is wider than the screen.
            Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than its screen");
            if (Environment.GetEnvironmentVariable("ACTORPIPELINE_SCREENSHOTS") is { } folder) await RecordAsync(page, folder, name);
            await page.Context.CloseAsync();
        }
    }

    /// <summary>For people to look at (scripts/record-page.sh): the whole page, and some seconds of what of it moves.</summary>
    private static async Task RecordAsync(IPage page, string folder, string name)
    {
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"page-{name}.png"), FullPage = true });
        for (var i = 0; i < 24; i++)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"moving-{name}-{i:00}.png") });
            await page.WaitForTimeoutAsync(250);
        }
    }

    [BrowserFact]
    public async Task Should_be_usable_by_keyboard()
    {
        var page = await OpenAsync();
        await Expect(page.Locator("#main")).ToBeFocusedAsync();
        // Known now, it comes back at once.
        await page.ReloadAsync();
        await Expect(page.Locator("#health")).ToHaveTextAsync("ready");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".skip")).ToBeFocusedAsync();
        var reached = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>("() => document.activeElement.textContent.trim() || document.activeElement.id"));
        }

        Assert.Superset(new HashSet<string> { "Reload configuration", "Pause", "Hold still", "Why?", "Pin", "Preload", "Unload", "Change", "budget" }, reached);
    }

    [GeneratedRegex(@"In the time shown: [1-9]\d* loads, [1-9]\d* yields")]
    private static partial Regex SeveralLoads();

    [GeneratedRegex(@"^\d+\.\d s ago, (loaded|yields|refused|budget): ")]
    private static partial Regex AMark();

    [GeneratedRegex("^0 / ")]
    private static partial Regex NoneInFlight();
}
