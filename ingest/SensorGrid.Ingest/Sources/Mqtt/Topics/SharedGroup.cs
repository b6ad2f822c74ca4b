namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>The members of one share (group and filter) and whose turn it is (MQTT 5 4.8.2). Each message goes to the next member that
/// is connected and has room, else to the next that is connected (which then refuses it, counted), and to one that is away only when
/// none is connected.</summary>
internal sealed class SharedGroup(string name)
{
    private int last = -1;

    /// <summary>The share name.</summary>
    public string Name => name;

    /// <summary>Its members in the order they came. Never empty while readers can see the group.</summary>
    public TopicEntry[] Members { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); } = [];

    /// <summary>The member that gets a message. Two threads may pick the same member at the same time: fairness is not exact, but each
    /// message has one receiver.</summary>
    public TopicEntry? Next()
    {
        var members = Members;
        if (members.Length == 0)
            return null;
        int first = (Volatile.Read(ref last) + 1) % members.Length;
        int chosen = -1;
        for (int i = 0; i < members.Length; i++)
        {
            int at = (first + i) % members.Length;
            var session = members[at].Session;
            if (!session.IsConnected)
                continue;
            if (chosen < 0)
                chosen = at;
            if (session.HasRoom)
            {
                chosen = at;
                break;
            }
        }
        if (chosen < 0)
            chosen = first;
        Volatile.Write(ref last, chosen);
        return members[chosen];
    }
}
