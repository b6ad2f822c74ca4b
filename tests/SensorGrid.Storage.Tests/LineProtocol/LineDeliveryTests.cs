using System.Globalization;
using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Storage.Tests.LineProtocol;

public class LineDeliveryTests
{
    private const string Invalid = """{"code":"invalid","message":"unable to parse: missing field value"}""";

    [Fact]
    public async Task A_batch_goes_in_one_request_to_the_address_of_its_kind()
    {
        foreach (var (kind, address, authorization) in new[]
        {
            (ExternalStoreKind.InfluxDb2, "/api/v2/write?org=city%20hall&bucket=b%2F1&precision=ns", "Token secret-token"),
            (ExternalStoreKind.InfluxDb1, "/write?db=city&precision=ns", "Basic dTpzZWNyZXQtcGFzc3dvcmQ="),
            (ExternalStoreKind.VictoriaMetrics, "/write?precision=ns", null),
        })
        {
            using var rig = new DeliveryRig(kind);

            Assert.True(await rig.DeliverAsync(3));

            var request = Assert.Single(rig.Store.Requests);
            Assert.Equal(("POST", address, authorization, "gzip"), (request.Method, request.PathAndQuery, request.Authorization, request.Encoding));
            Assert.Equal("m v=1 1\nm v=2 2\nm v=3 3\n", request.Text);
            Assert.Equal(3, rig.State.Accepted);
        }
    }

    [Fact]
    public async Task Path_and_compression_are_settings()
    {
        using var rig = new DeliveryRig(ExternalStoreKind.VictoriaMetrics, options => options with
        {
            Url = new(options.Url!, "/insert/0/influx/"), Path = "/api/v2/write", Database = "city", Token = "t", Gzip = false,
        });

        await rig.DeliverAsync(1);

        var request = Assert.Single(rig.Store.Requests);
        Assert.Equal(("/insert/0/influx/api/v2/write?db=city&precision=ns", "Bearer t", null, "text/plain; charset=utf-8"),
            (request.PathAndQuery, request.Authorization, request.Encoding, request.ContentType));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task What_passes_is_tried_again_after_pauses_that_double(int status)
    {
        using var rig = new DeliveryRig(change: options => options with { RetryFirst = TimeSpan.FromSeconds(1), RetryLongest = TimeSpan.FromSeconds(4) });
        for (int i = 0; i < 4; i++)
            rig.Store.Then(status, "later");

        var delivery = rig.DeliverAsync(2);
        foreach (int seconds in new[] { 1, 2, 4, 4 })
        {
            var pause = await rig.Clock.PauseAsync();
            // Drawn from the upper half, so that services do not come back in step.
            Assert.InRange(pause, TimeSpan.FromSeconds(seconds / 2.0), TimeSpan.FromSeconds(seconds));
            Assert.Contains("later", rig.State.Problem, StringComparison.Ordinal);
            rig.Clock.Advance(pause);
        }

        Assert.True(await delivery);
        Assert.Equal(["m v=1 1", "m v=2 2"], rig.Store.Taken);
        Assert.Equal((2, 8, null), (rig.State.Accepted, rig.State.Retried, rig.State.Problem));
        Assert.Equal(4, rig.State.FailedRequests.Single(failed => failed.Reason == (status is 429 or 503 ? "busy" : "unavailable")).Count);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("86400", 600)]
    public async Task Retry_after_in_seconds_is_honoured_up_to_the_setting(string asked, int seconds)
    {
        using var rig = new DeliveryRig();
        rig.Store.Then(503, "", ("Retry-After", asked));

        var delivery = rig.DeliverAsync(1);

        Assert.Equal(TimeSpan.FromSeconds(seconds), await rig.Clock.PassPauseAsync());
        Assert.True(await delivery);
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_honoured()
    {
        using var rig = new DeliveryRig();
        rig.Store.Then(429, "", ("Retry-After", rig.Clock.GetUtcNow().AddSeconds(42).ToString("R", CultureInfo.InvariantCulture)));

        var delivery = rig.DeliverAsync(1);

        Assert.Equal(TimeSpan.FromSeconds(42), await rig.Clock.PassPauseAsync());
        Assert.True(await delivery);
    }

    [Fact]
    public async Task Retry_after_of_nothing_or_of_the_past_does_not_spin()
    {
        using var rig = new DeliveryRig();
        rig.Store.Then(503, "", ("Retry-After", "0")).Then(503, "", ("Retry-After", "Mon, 01 Jan 2001 00:00:00 GMT"));

        var delivery = rig.DeliverAsync(1);

        Assert.True(await rig.Clock.PassPauseAsync() > TimeSpan.Zero);
        Assert.True(await rig.Clock.PassPauseAsync() > TimeSpan.Zero);
        Assert.True(await delivery);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(302)]
    [InlineData(418)]
    public async Task What_a_person_must_change_is_tried_slowly_and_loses_nothing(int status)
    {
        using var rig = new DeliveryRig(change: options => options with { ConfigurationRetry = TimeSpan.FromMinutes(3) });
        rig.Store.Then(status).Then(status);

        var delivery = rig.DeliverAsync(2);

        Assert.Equal(TimeSpan.FromMinutes(3), await rig.Clock.PauseAsync());
        Assert.NotNull(rig.State.Problem);
        Assert.DoesNotContain("secret", rig.State.Problem, StringComparison.Ordinal);
        rig.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(TimeSpan.FromMinutes(3), await rig.Clock.PassPauseAsync());
        Assert.True(await delivery);
        Assert.Equal(2, rig.Store.Taken.Count);
        Assert.Empty(rig.Refused);
        Assert.Null(rig.State.Problem);
    }

    [Fact]
    public async Task A_token_that_was_renewed_in_its_file_is_used_after_a_refusal()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "old\n");
        using var rig = new DeliveryRig(change: options => options with { Token = "", TokenFile = file });
        rig.Store.Otherwise = request => new(request.Authorization == "Token new" ? 204 : 401, "", []);

        var delivery = rig.DeliverAsync(1);
        await rig.Clock.PassPauseAsync();
        await rig.Clock.PauseAsync();
        await File.WriteAllTextAsync(file, "new\n");
        // The secret is read at a refusal, so the old one is refused once more.
        rig.Clock.Advance(rig.Settings.ConfigurationRetry);
        await rig.Clock.PassPauseAsync();

        Assert.True(await delivery);
        Assert.Equal(["Token old", "Token old", "Token old", "Token new"], rig.Store.Requests.Select(request => request.Authorization));
        File.Delete(file);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_given_up_after_the_time_out()
    {
        using var rig = new DeliveryRig();
        rig.Store.Then(0);

        var delivery = rig.DeliverAsync(1);
        await UntilAsync(() => rig.Store.Requests.Count == 1);
        rig.Clock.Advance(DeliveryRig.Timeout);
        await rig.Clock.PauseAsync();

        Assert.Contains("did not answer within 29 s", rig.State.Problem, StringComparison.Ordinal);
        rig.Clock.Advance(rig.Settings.RetryLongest);
        Assert.True(await delivery);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_tried_again()
    {
        using var rig = new DeliveryRig(change: options => options with { Url = new($"http://127.0.0.1:{Testing.FreePort.Take()}") });
        using var stop = new CancellationTokenSource();

        var delivery = rig.DeliverAsync(1, cancellationToken: stop.Token);
        await rig.Clock.PassPauseAsync();
        await rig.Clock.PauseAsync();

        Assert.Contains("cannot be reached", rig.State.Problem, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
    }

    [Fact]
    public async Task Too_large_is_cut_in_two_and_remembered()
    {
        using var rig = new DeliveryRig();
        rig.Store.Otherwise = request => new(request.Body.Length > 40 ? 413 : 204, "", []);

        Assert.True(await rig.DeliverAsync(9));
        int searched = rig.Store.Requests.Count(request => request.Answer.Status == 413);
        Assert.True(await rig.DeliverAsync(9));

        Assert.Equal(1, searched);
        Assert.Equal(searched, rig.Store.Requests.Count(request => request.Answer.Status == 413));
        Assert.Equal([.. Enumerable.Range(1, 9), .. Enumerable.Range(1, 9)], rig.Store.Taken.Select(line => int.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)));
        Assert.Empty(rig.Refused);
    }

    [Fact]
    public async Task A_single_line_that_is_too_large_is_a_dead_letter()
    {
        using var rig = new DeliveryRig();
        rig.Store.Otherwise = request => new(request.Body.Length > 40 ? 413 : 204, "", []);

        Assert.True(await rig.DeliverAsync(["m v=1 1", "m v=\"" + new string('x', 50) + "\" 2", "m v=3 3"]));

        Assert.Equal(["m v=1 1", "m v=3 3"], rig.Store.Taken);
        Assert.Equal((2, "413"), (Assert.Single(rig.Refused).Sequence, rig.Refused[0].Reason));
    }

    // All or nothing (2.x), and good ones kept while the answer says 400 (1.x): the search is the same.
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(3, 4, 77)]
    public async Task The_bad_lines_are_found_and_the_rest_is_accepted(params int[] bad)
    {
        using var rig = new DeliveryRig();
        var refused = bad.Select(DeliveryRig.Line).ToHashSet();
        rig.Store.Otherwise = request => new(request.Lines.Any(refused.Contains) ? 400 : 204, request.Lines.Any(refused.Contains) ? Invalid : "", []);

        Assert.True(await rig.DeliverAsync(100));

        Assert.Equal(Enumerable.Range(1, 100).Except(bad).Select(DeliveryRig.Line), rig.Store.Taken);
        Assert.Equal(bad.Select(number => (long)number), rig.Refused.Select(letter => letter.Sequence));
        Assert.All(rig.Refused, letter => Assert.Contains("missing field value", letter.Reason, StringComparison.Ordinal));
        // Two pieces for each halving of the batch and bad line, and the batch itself.
        Assert.InRange(rig.Store.Requests.Count, 2, 1 + bad.Length * 2 * 7);
    }

    [Fact]
    public async Task The_search_is_bounded_and_what_was_not_searched_stays_together()
    {
        using var rig = new DeliveryRig(change: options => options with { SearchRequests = 10 });
        rig.Store.Otherwise = _ => new(400, Invalid, []);

        Assert.True(await rig.DeliverAsync(1000));

        Assert.Equal(Enumerable.Range(1, 1000).Select(number => (long)number), rig.Refused.Select(letter => letter.Sequence));
        Assert.InRange(rig.Store.Requests.Count, 10, 30);
        Assert.Contains(rig.Refused, letter => letter.Reason.Contains("not searched further", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_outage_in_the_middle_of_a_search_only_delays_it()
    {
        using var rig = new DeliveryRig();
        rig.Store.Then(400, Invalid).Then(503).Then(204).Then(400, Invalid).Then(500).Then(204).Then(400, Invalid);

        var delivery = rig.DeliverAsync(4);
        await rig.Clock.PassPauseAsync();
        await rig.Clock.PassPauseAsync();

        Assert.True(await delivery);
        // Halves 1–2 and 3–4, then 3 and 4.
        Assert.Equal(["m v=1 1", "m v=2 2", "m v=3 3"], rig.Store.Taken);
        Assert.Equal(4, Assert.Single(rig.Refused).Sequence);
    }

    [Fact]
    public async Task With_few_attempts_it_gives_up_and_says_so()
    {
        using var rig = new DeliveryRig();
        rig.Store.Then(503).Then(503);

        var delivery = rig.DeliverAsync(1, attempts: 2);
        await rig.Clock.PassPauseAsync();

        Assert.False(await delivery);
        Assert.Equal(2, rig.Store.Requests.Count);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "It did not happen.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
