namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>One command on its way.</summary>
internal sealed class CommandExchange(int ticket, Gb26875CentreCommand command, ConnectedDevice device, OutageRefill? refill = null)
{
    /// <summary>0 for those that the session thought of itself.</summary>
    public int Ticket { get; } = ticket;

    public Gb26875CentreCommand Command { get; } = command;

    public ConnectedDevice Device { get; } = device;

    public OutageRefill? Refill { get; } = refill;

    public ushort Serial { get; set; }

    public TimeLabel SentAt { get; set; }

    public int Sends { get; set; }

    public long BeganAt { get; set; }

    public long DueAt { get; set; }

    public bool WasDenied { get; set; }
}
