// Last of all, when nothing else moves what is on the page: a link opens the folds around what it leads to.
(() => {
  const reveal = () => {
    if (page.isFrame?.(location.hash)) return;
    const aim = document.getElementById(location.hash.slice(1));
    const folds = [];
    for (let fold = aim?.closest("details"); fold; fold = fold.parentElement.closest("details")) folds.push(fold);
    const closed = folds.filter((fold) => !fold.open);
    for (const fold of closed) fold.open = true;
    if (closed.length) aim.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
document.documentElement.dataset.enhanced = "true";
