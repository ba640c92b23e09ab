// The page is complete without scripts. What they share stands here; each other file of this folder is one feature.
const page = {
  // Data of the page by the id of its <script type="application/octet-stream">: JSON, deflated, in base64.
  async unpack(id) {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).json();
  },
};
