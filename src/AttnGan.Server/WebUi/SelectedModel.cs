using AttnGan.Server.Models;

namespace AttnGan.Server.WebUi;

/// <summary>
/// The model that requests of Automatic1111's API generate with. They name none: its clients choose one for all of them, in the options.
/// Other APIs are not affected.
/// </summary>
internal sealed class SelectedModel(ModelCatalog catalog)
{
    private volatile string _name = catalog.Default.Name;

    public string Name
    {
        get => _name;
        set => _name = value;
    }
}
