// Tooltips and arrow keys for the marks of the charts. Without it, each mark keeps its <title>.
(() => {
  const tip = document.getElementById('tip');
  let current = null;
  for (const mark of document.querySelectorAll('.mark')) {
    const title = mark.querySelector('title');
    mark.dataset.tip = title.textContent;
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', title.textContent.replaceAll('\n', ', '));
    title.remove();
  }
  const hide = () => {
    current?.classList.remove('on');
    current = null;
    tip.hidden = true;
  };
  const show = (mark, x, y) => {
    current?.classList.remove('on');
    current = mark;
    mark.classList.add('on');
    tip.textContent = mark.dataset.tip;
    tip.hidden = false;
    const left = Math.max(4, Math.min(x + 14, innerWidth - tip.offsetWidth - 6));
    const below = y + 18 + tip.offsetHeight <= innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? y + 18 : Math.max(4, y - tip.offsetHeight - 10)}px`;
  };
  const walkTo = (mark) => {
    mark.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const place = mark.getBoundingClientRect();
    show(mark, place.left + place.width / 2, place.top + place.height / 2);
  };
  addEventListener('pointermove', (event) => {
    const mark = event.target.closest?.('.mark');
    if (mark) show(mark, event.clientX, event.clientY);
    else if (current) hide();
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return hide();
    const chart = document.activeElement?.closest?.('svg[tabindex]');
    if (!chart) return;
    const marks = [...chart.querySelectorAll('.mark')];
    const at = marks.indexOf(current);
    const next = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at < 0 ? -1 : at - 1,
      ArrowUp: at < 0 ? -1 : at - 1,
      Home: 0,
      End: marks.length - 1,
    }[event.key];
    if (next === undefined || marks.length === 0) return;
    event.preventDefault();
    walkTo(marks[(next + marks.length) % marks.length]);
  });
  addEventListener('focusout', hide);
})();
