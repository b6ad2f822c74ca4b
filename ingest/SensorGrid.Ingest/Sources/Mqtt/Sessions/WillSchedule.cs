using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The wills of all clients (MQTT 5 3.1.2.5, 3.1.3.2.2). Belongs to the lock of <see cref="MqttSessions"/>.
/// <code>
/// event                                      session goes on                      session ends
/// CONNECT with a will                        armed                                armed
/// DISCONNECT 0x00                            forgotten                            forgotten
/// connection lost, DISCONNECT 0x04           due after its delay                  due now
/// the session expires before the delay                                            due now
/// connection taken over, delay 0             due now                              due now
/// connection taken over, delay above 0       forgotten                            due now
/// client back before it is due               forgotten                            due now
/// SensorGrid stops or is killed              as if lost at the next start, after its delay, and not before
///                                            <see cref="MqttSessionOptions.WillDelayAfterRestart"/>
/// </code>
/// The last row is ours: the standard lets a server put wills off over a restart, and that we were away says nothing about a gateway, so it gets
/// the time to come back. A will is kept in the store when its session is, else it ends with the process.</summary>
internal sealed class WillSchedule(SessionStore? store)
{
    private readonly Deadlines<PendingWill> due = new();
    private long lastId;

    public int Count => due.Count;

    public long NextDueTicks => due.NextDueTicks;

    /// <summary>A connection came with a will.</summary>
    public PendingWill Arm(string clientId, Will will, bool isStored)
    {
        var armed = new PendingWill(store?.NewId() ?? ++lastId, clientId, will.Message, will.DelaySeconds, LostAtTicks: null)
        {
            IsStored = isStored && store is not null,
        };
        if (armed.IsStored)
            store!.PutWill(armed);
        return armed;
    }

    /// <summary>The connection was lost, its session goes on.</summary>
    /// <returns>The will as it waits now.</returns>
    public PendingWill Lost(PendingWill will, uint expirySeconds, long nowTicks)
    {
        var lost = will with { DelaySeconds = Math.Min(will.DelaySeconds, expirySeconds), LostAtTicks = nowTicks };
        due.Set(lost.Id, SessionClock.After(nowTicks, lost.DelaySeconds), lost);
        if (lost.IsStored)
            store!.PutWill(lost);
        return lost;
    }

    /// <summary>Nothing keeps it any longer.</summary>
    public void MakeDue(PendingWill will, long nowTicks) => Lost(will, expirySeconds: 0, nowTicks);

    /// <summary>It is not to be published.</summary>
    public void Forget(PendingWill will)
    {
        due.Cancel(will.Id);
        Published(will);
    }

    /// <summary>It was published, or is never to be.</summary>
    /// <returns>The change that takes it out of the store; 0 when it was not in it.</returns>
    public long Published(PendingWill will) => will.IsStored ? store!.RemoveWill(will.Id) : 0;

    public bool TryTakeDue(long nowTicks, [NotNullWhen(true)] out PendingWill? will) => due.TryTakeDue(nowTicks, out will);

    /// <summary>True when it is not due yet. What is due stays so, taken or not.</summary>
    public bool IsToCome(PendingWill will, long nowTicks) => due.DueTicksOf(will.Id) > nowTicks;

    /// <summary>Takes in what the store had kept.</summary>
    public void Restore(PendingWill will, long nowTicks) =>
        due.Set(will.Id, SessionClock.After(Math.Min(nowTicks, will.LostAtTicks ?? nowTicks), will.DelaySeconds), will);
}
