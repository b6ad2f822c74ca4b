using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The command <c>resend</c>: the dead letters of one external store are sent again.</summary>
internal static class ResendCommand
{
    /// <exception cref="StartException">Which store is meant is not clear, or its dead letters cannot be read.</exception>
    public static async Task<int> RunAsync(ServiceSettings settings, string? name, TextWriter output, TextWriter errors)
    {
        var store = Find(settings.Options.Stores, name);
        var result = await SendAsync(store, settings);
        await output.WriteLineAsync(
            $"{store.EffectiveName}: {result.Accepted} points accepted, {result.Refused} refused again, {result.Unsent} not sent");
        if (result.Problem is not null)
            await errors.WriteLineAsync(result.Problem);
        return result.Unsent > 0 ? ExitCode.CannotStart
            : result.Problem is not null ? ExitCode.StillRefused
            : ExitCode.Stopped;
    }

    private static ExternalStoreOptions Find(IReadOnlyList<ExternalStoreOptions> stores, string? name)
    {
        if (stores.Count == 0)
            throw new StartException(["No external store is configured (Stores:0:Kind …): give resend the settings that the service is started with."], ExitCode.WrongSettings);
        string names = string.Join(", ", stores.Select(store => store.EffectiveName));
        if (name is null)
            return stores.Count == 1 ? stores[0] : throw new StartException([$"Name one of the external stores with --store: {names}."], ExitCode.WrongSettings);
        return stores.FirstOrDefault(store => store.EffectiveName == name)
            ?? throw new StartException([$"There is no external store \"{name}\"; there is {names}."], ExitCode.WrongSettings);
    }

    private static async Task<ResendResult> SendAsync(ExternalStoreOptions store, ServiceSettings settings)
    {
        try
        {
            return await DeadLetterResend.RunAsync(
                store, settings.Options.Data.Folder, settings.Time, new Random(), NullLogger.Instance, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The dead letters of {store.EffectiveName} cannot be sent again: {e.Message} Is another resend running?");
        }
    }
}
