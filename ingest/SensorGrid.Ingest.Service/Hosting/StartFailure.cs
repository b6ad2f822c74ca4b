using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.ReadingLog;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Which failures of a start a person can do something about, in their words.</summary>
internal static class StartFailure
{
    /// <summary>The reason to print, or null when the failure is a mistake of ours, which keeps its stack trace.</summary>
    public static StartException? Of(Exception failure) => failure switch
    {
        StartException told => told,
        ReadingLogException or StateDatabaseException or ReadingStoreException or SessionStoreException => new(failure.Message),
        IOException { InnerException: AddressInUseException } => new($"{failure.Message} {Remedy(SocketError.AddressAlreadyInUse)}"),
        SocketException refused => new($"{failure.Message}. {Remedy(refused.SocketErrorCode)}"),
        _ => failure.InnerException is { } inner ? Of(inner) : null,
    };

    /// <summary>What to do about an address that cannot be listened on.</summary>
    public static string Remedy(SocketError error) => error == SocketError.AddressAlreadyInUse
        ? "Another program listens there; stop it, or choose another port with --http, --mqtt or FieldProtocols:…:Listen (port 0 takes a free one)."
        : "The address of --http, --mqtt or FieldProtocols:…:Listen cannot be listened on by this user on this machine.";

    /// <summary>Refuses to start when the log ends before what was made of it: new records would get numbers that followers take for done.</summary>
    public static void ThrowIfLogIsShort(ReadingLogWriter log, RulesFollower rules, StoreFollower store, ExternalStores external, DataFolder folder)
    {
        long done = Math.Max(Math.Max(rules.NextSequence, store.NextSequence) - 1, external.LastSequence);
        if (done >= log.NextSequence)
        {
            throw new StartException($"The log in {folder.Log} ends at record {log.NextSequence - 1}, but {done} records were evaluated or stored: the log folder was "
                + "removed, or is an older copy. Put back the log that belongs to this data folder, or start with an empty data folder (--data DIR).");
        }
    }
}
